/** Probability that a standard normal exceeds x, to 1e-8 of itself in both tails. */
export function upperTail(x: f64): f64 {
  const z = Math.abs(x)
  const tail = tailBy(z, Math.exp(-0.5 * z * z))
  return x >= 0 ? tail : 1 - tail
}

/** The same for z ≥ 0, given exp(-z² / 2) (Hart et al. 1968, 5666, and a continued fraction beyond; West 2005). */
export function tailBy(z: f64, bell: f64): f64 {
  if (z > 7.07106781186547)
    return bell / (2.506628274631 * (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))))
  const over =
    220.206867912376 +
    z *
      (221.213596169931 +
        z *
          (112.079291497871 +
            z *
              (33.912866078383 + z * (6.37396220353165 + z * (0.700383064443688 + z * 0.0352624965998911)))))
  const under =
    440.413735824752 +
    z *
      (793.826512519948 +
        z *
          (637.333633378831 +
            z *
              (296.564248779674 +
                z *
                  (86.7807322029461 +
                    z * (16.064177579207 + z * (1.75566716318264 + z * 0.0883883476483184))))))
  return (bell * over) / under
}

/** out = Y'Y over the rows `from` to `to` - 1 of y, [stride × stride] f32; `out` is cleared here. */
export function gramOfRows(from: i32, to: i32, y: usize, stride: i32, out: usize): void {
  const width = (<usize>stride) << 2
  memory.fill(out, 0, width * <usize>stride)
  let n = from
  // Four rows at a time share the loads and stores of `out`.
  for (; n + 4 <= to; n += 4) {
    const a = y + <usize>n * width
    const b = a + width
    const c = b + width
    const d = c + width
    for (let f = 0; f < stride; f++) {
      const at = (<usize>f) << 2
      const va = f32x4.splat(load<f32>(a + at))
      const vb = f32x4.splat(load<f32>(b + at))
      const vc = f32x4.splat(load<f32>(c + at))
      const vd = f32x4.splat(load<f32>(d + at))
      const row = out + <usize>f * width
      for (let g: usize = 0; g < width; g += 16) {
        const ab = f32x4.add(f32x4.mul(va, v128.load(a + g)), f32x4.mul(vb, v128.load(b + g)))
        const cd = f32x4.add(f32x4.mul(vc, v128.load(c + g)), f32x4.mul(vd, v128.load(d + g)))
        v128.store(row + g, f32x4.add(v128.load(row + g), f32x4.add(ab, cd)))
      }
    }
  }
  for (; n < to; n++) {
    const a = y + <usize>n * width
    for (let f = 0; f < stride; f++) {
      const va = f32x4.splat(load<f32>(a + ((<usize>f) << 2)))
      const row = out + <usize>f * width
      for (let g: usize = 0; g < width; g += 16) {
        v128.store(row + g, f32x4.add(v128.load(row + g), f32x4.mul(va, v128.load(a + g))))
      }
    }
  }
}

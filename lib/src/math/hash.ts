/** FNV-1a, 32 bits, over the code units of a text; `from` is that of the text before it. */
export function fnv1a(text: string, from: number = 0x811c9dc5): number {
  let hash = from
  for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193)
  return hash >>> 0
}

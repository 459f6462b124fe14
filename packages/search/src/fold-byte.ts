// ASCII case, byte by byte.

/** The lower-case letter for `A` to `Z`; every other byte as it is. */
export function foldByte(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
}

/**
 * The part of Protocol Buffers' wire format that an ONNX file needs: varints, strings, bytes, nested messages, floats.
 * Written by hand because it is these few lines; the libraries for it run install scripts or bring a compiler.
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Fields of one message, in the order they are added. */
export class Message {
  readonly #parts: Uint8Array[] = [];

  integer(field: number, value: number): this {
    return this.#push(tag(field, VARINT), varint(value));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#push(tag(field, FIXED32), bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#push(tag(field, LENGTH_DELIMITED), varint(value.length), value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.encode());
  }

  encode(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }

  #push(...parts: readonly Uint8Array[]): this {
    this.#parts.push(...parts);
    return this;
  }
}

const tag = (field: number, type: number): Uint8Array => varint(field * 8 + type);

/** Seven bits a byte, the lowest first. Negative numbers are not needed here, except as 64 bits of two's complement. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

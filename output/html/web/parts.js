// The parts of the trace as they stand in the file: base64 of gzip (output/html/doc.go).

// inflate returns the bytes of a part.
export async function inflate(base64) {
  const packed = bytesOf(base64);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

// A Numbers reads LEB128 numbers. They may be larger than 32 bits.
export class Numbers {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get more() {
    return this.at < this.bytes.length;
  }

  next() {
    const { bytes } = this;
    let byte = bytes[this.at++];
    if (byte < 128) return byte;
    let n = byte & 127, scale = 128;
    do {
      byte = bytes[this.at++];
      n += (byte & 127) * scale;
      scale *= 128;
    } while (byte >= 128);
    return n;
  }
}

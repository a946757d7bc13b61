/** A value in the header of a GGUF file. */
export type GgufValue =
  | { type: 'uint32'; value: number }
  | { type: 'float32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: string[] }
  | { type: 'float32s'; value: number[] }
  | { type: 'int32s'; value: number[] };

export interface GgufTensor {
  name: string;
  /** Fastest-running dimension first, as llama.cpp counts. */
  shape: number[];
  values: Float32Array;
}

const alignmentBytes = 32;
const formatVersion = 3;
const typeNumber = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const tensorTypeFloat32 = 0;

/** Encodes header values and float tensors as a GGUF file. */
export function encodeGguf(metadata: [string, GgufValue][], tensors: GgufTensor[]): Buffer {
  const header: Buffer[] = [
    Buffer.from('GGUF', 'ascii'),
    uint32(formatVersion),
    uint64(tensors.length),
    uint64(metadata.length),
    ...metadata.flatMap(([key, value]) => [string(key), encodeValue(value)]),
  ];
  const data: Buffer[] = [];
  let offset = 0;
  for (const tensor of tensors) {
    header.push(
      string(tensor.name),
      uint32(tensor.shape.length),
      ...tensor.shape.map(uint64),
      uint32(tensorTypeFloat32),
      uint64(offset),
    );
    const bytes = float32s(tensor.values);
    const padding = paddingAfter(bytes.length);
    data.push(bytes, padding);
    offset += bytes.length + padding.length;
  }
  const head = Buffer.concat(header);
  return Buffer.concat([head, paddingAfter(head.length), ...data]);
}

function encodeValue(value: GgufValue): Buffer {
  switch (value.type) {
    case 'uint32':
      return Buffer.concat([uint32(typeNumber.uint32), uint32(value.value)]);
    case 'float32':
      return Buffer.concat([uint32(typeNumber.float32), float32s([value.value])]);
    case 'bool':
      return Buffer.concat([uint32(typeNumber.bool), Buffer.from([value.value ? 1 : 0])]);
    case 'string':
      return Buffer.concat([uint32(typeNumber.string), string(value.value)]);
    case 'strings':
      return array('string', value.value.length, Buffer.concat(value.value.map(string)));
    case 'float32s':
      return array('float32', value.value.length, float32s(value.value));
    case 'int32s':
      return array('int32', value.value.length, Buffer.concat(value.value.map(int32)));
  }
}

function array(itemType: keyof typeof typeNumber, length: number, items: Buffer): Buffer {
  return Buffer.concat([uint32(typeNumber.array), uint32(typeNumber[itemType]), uint64(length), items]);
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32s(values: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (let i = 0; i < values.length; i += 1) bytes.writeFloatLE(values[i] ?? 0, i * 4);
  return bytes;
}

function paddingAfter(lengthBytes: number): Buffer {
  return Buffer.alloc((alignmentBytes - (lengthBytes % alignmentBytes)) % alignmentBytes);
}

import { createReadStream, createWriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

interface ZipEntry {
  method: number;
  compressedBytes: number;
  headerOffset: number;
}

const endSignature = 0x06_05_4b_50;
const entrySignature = 0x02_01_4b_50;
const localHeaderBytes = 30;
// The end record has 22 bytes, after which a comment of up to 65535 may follow.
const longestEndBytes = 22 + 65_535;

/** Unpacks one file of a zip archive without holding it in memory. */
export async function extractZipEntry(zipPath: string, entryName: string, targetPath: string): Promise<void> {
  const file = await open(zipPath, 'r');
  try {
    const entry = await findEntry(file, entryName);
    const header = await readAt(file, entry.headerOffset, localHeaderBytes);
    const start = entry.headerOffset + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
    await pipeline(
      createReadStream(zipPath, { start, end: start + entry.compressedBytes - 1 }),
      decompressor(entry.method),
      createWriteStream(targetPath),
    );
  } finally {
    await file.close();
  }
}

function decompressor(method: number) {
  if (method === 0) return new PassThrough();
  if (method === 8) return createInflateRaw();
  throw new Error(`The archive uses compression method ${method}, which is not known here.`);
}

async function findEntry(file: FileHandle, entryName: string): Promise<ZipEntry> {
  const { size } = await file.stat();
  const tailBytes = Math.min(size, longestEndBytes);
  const tail = await readAt(file, size - tailBytes, tailBytes);
  const end = tail.lastIndexOf(uint32(endSignature));
  if (end < 0) throw new Error('The file is not a zip archive.');
  const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));

  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === entrySignature;) {
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    if (name === entryName) {
      return {
        method: directory.readUInt16LE(at + 10),
        compressedBytes: directory.readUInt32LE(at + 20),
        headerOffset: directory.readUInt32LE(at + 42),
      };
    }
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  throw new Error(`The archive holds no ${entryName}.`);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

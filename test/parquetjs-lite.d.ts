// The parts of parquetjs-lite that tests use; the package brings no types.
declare module 'parquetjs-lite' {
  export interface ParquetField {
    readonly type?: string;
    readonly optional?: boolean;
    readonly repeated?: boolean;
    readonly compression?: string;
    readonly fields?: Readonly<Record<string, ParquetField>>;
  }
  export type Schema = object;
  export interface Writer {
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>;
    close(): Promise<void>;
  }
  export const ParquetSchema: new (fields: Readonly<Record<string, ParquetField>>) => Schema;
  export const ParquetWriter: { openFile(schema: Schema, path: string): Promise<Writer> };
}

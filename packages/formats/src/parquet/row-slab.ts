// Rows of one row group as events: the wanted columns are read, the others when an event is asked for all of itself: for the events that
// ask at the same time, and from the second time on for those after them, too. Decompressing a page costs more than its values.

import {
  canonicalJson,
  sha256Hex,
  stringifyDocument,
  viewDocument,
  type Document,
  type EventView,
} from '@coldhunt/core';
import type { Coordinates, Envelope, SourceEvent } from '../reading.ts';
import { RowAssembler } from './assemble-rows.ts';
import type { GroupReader } from './group-reader.ts';
import type { LeafRows } from './pick-rows.ts';
import type { ColumnResolver } from './resolve-columns.ts';
import type { RowEnvelope, UnwrappedRow } from './row-envelope.ts';
import { RowView } from './row-view.ts';
import type { Leaf, SchemaTree } from './schema-tree.ts';

/** What the other columns of several rows may take, about. */
const REST_BYTES = 32 * 1024 * 1024;

export interface RowPlan {
  readonly schema: SchemaTree;
  readonly resolver: ColumnResolver;
  readonly envelope: RowEnvelope;
  /** The columns of views; of a map both. */
  readonly wanted: readonly Leaf[];
}

/** The other columns of some rows. */
interface Rest {
  /** Place in the columns by index in the slab. */
  readonly places: ReadonlyMap<number, number>;
  readonly columns: ReadonlyMap<number, LeafRows>;
}

/** Rows of a row group, ascending: their wanted columns are held. */
export class RowSlab {
  readonly plan: RowPlan;
  readonly group: GroupReader;
  readonly #rows: Int32Array;
  readonly #columns: ReadonlyMap<number, LeafRows>;
  readonly #assembler: RowAssembler;
  readonly #wholeAssembler: RowAssembler;
  readonly #others: readonly Leaf[];
  #rest: Rest = { places: new Map(), columns: new Map() };
  #asked: number[] = [];
  #answer: Promise<ReadonlyMap<number, Document>> | null = null;

  private constructor(plan: RowPlan, group: GroupReader, rows: Int32Array, columns: ReadonlyMap<number, LeafRows>) {
    this.plan = plan;
    this.group = group;
    this.#rows = rows;
    this.#columns = columns;
    this.#assembler = new RowAssembler(plan.schema.root, plan.wanted);
    this.#wholeAssembler = new RowAssembler(plan.schema.root, plan.schema.leaves);
    this.#others = plan.schema.leaves.filter(({ index }) => !columns.has(index));
  }

  /** Throws PARQUET_CORRUPT, and errors of storage. */
  static async read(plan: RowPlan, group: GroupReader, rows: Int32Array): Promise<RowSlab> {
    return new RowSlab(plan, group, rows, await group.pick(plan.wanted, rows));
  }

  /** The events of rows [from, to) of the slab. Throws PARQUET_CORRUPT. */
  events(from: number, to: number): readonly SourceEvent[] {
    const events: SourceEvent[] = [];
    for (let index = from; index < Math.min(to, this.#rows.length); index += 1) {
      const document = this.group.decoding(() =>
        this.#assembler.assemble((leaf) => ({ rows: this.#columns.get(leaf.index) as LeafRows, index })),
      );
      events.push(new RowEvent(this, document, { index, row: this.#rows[index] as number }));
    }
    return events;
  }

  /** All columns of a row. Whoever asks in the same turn is answered by the same read. */
  async wholeRow(index: number): Promise<Document> {
    this.#asked.push(index);
    this.#answer ??= this.#answerAll();
    return (await this.#answer).get(index) as Document;
  }

  async #answerAll(): Promise<ReadonlyMap<number, Document>> {
    await Promise.resolve();
    const asked = [...new Set(this.#asked)].toSorted((a, b) => a - b);
    this.#asked = [];
    this.#answer = null;
    const documents = new Map<number, Document>();
    for (const [at, index] of asked.entries()) {
      if (!this.#rest.places.has(index)) this.#rest = await this.#readRest(asked.slice(at));
      documents.set(index, this.#assembleWhole(index));
    }
    return documents;
  }

  async #readRest(asked: readonly number[]): Promise<Rest> {
    const most = Math.max(1, Math.ceil(REST_BYTES / this.group.rowSize(this.#others).bytes));
    const [first = 0] = asked;
    const indices = this.group.isRestRead
      ? Array.from({ length: Math.min(most, this.#rows.length - first) }, (_, place) => first + place)
      : asked.slice(0, most);
    const rows = Int32Array.from(indices, (index) => this.#rows[index] as number);
    const columns = await this.group.pick(this.#others, rows, 'rest');
    return { columns, places: new Map(indices.map((index, place) => [index, place])) };
  }

  #assembleWhole(index: number): Document {
    const { places, columns } = this.#rest;
    const place = places.get(index) as number;
    return this.group.decoding(() =>
      this.#wholeAssembler.assemble((leaf) => {
        const own = this.#columns.get(leaf.index);
        return own === undefined ? { rows: columns.get(leaf.index) as LeafRows, index: place } : { rows: own, index };
      }),
    );
  }
}

interface RowPlace {
  /** In the slab. */
  readonly index: number;
  /** Within the row group. */
  readonly row: number;
}

class RowEvent implements SourceEvent {
  readonly view: EventView;
  readonly position: number;
  readonly isSample: boolean;
  readonly envelope: Envelope;
  readonly id: string | null;
  readonly index: string | null;
  readonly #slab: RowSlab;
  readonly #place: RowPlace;
  #whole: Promise<{ readonly event: UnwrappedRow; readonly sha256: string }> | null = null;

  /** `document`: the wanted columns. */
  constructor(slab: RowSlab, document: Document, place: RowPlace) {
    const { envelope, resolver } = slab.plan;
    const unwrapped = envelope.unwrap(document);
    this.#slab = slab;
    this.#place = place;
    this.view = unwrapped.isCell ? viewDocument(unwrapped.document) : new RowView(unwrapped.document, resolver);
    this.position = slab.group.place.firstRow + place.row;
    this.isSample = place.row === 0;
    this.envelope = unwrapped.envelope;
    this.id = unwrapped.id;
    this.index = unwrapped.index;
  }

  async document(): Promise<Document> {
    return (await this.#read()).event.document;
  }

  /** The checksum is that of the canonical JSON of all columns of the row. */
  async coordinates(): Promise<Coordinates> {
    const { sha256 } = await this.#read();
    return { coordinate: 'row', row_group: this.#slab.group.place.index, row: this.#place.row, sha256 };
  }

  async framed(): Promise<Uint8Array> {
    return Buffer.from(canonicalJson(await this.#slab.wholeRow(this.#place.index)));
  }

  async bytes(): Promise<Uint8Array> {
    const { event } = await this.#read();
    return Buffer.from(event.isCell ? stringifyDocument(event.document) : canonicalJson(event.document));
  }

  async #read(): Promise<{ readonly event: UnwrappedRow; readonly sha256: string }> {
    this.#whole ??= this.#slab.wholeRow(this.#place.index).then((row) => {
      const sha256 = sha256Hex(canonicalJson(row));
      return { sha256, event: this.#slab.plan.envelope.unwrap(row) };
    });
    return this.#whole;
  }
}

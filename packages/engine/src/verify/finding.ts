// What verification says of a run, one sentence at a time.

export interface Finding {
  /** `file`: a file of the run; `sum`: what was counted; `alert`: its evidence; `archive`: what is listed there now. */
  readonly check: 'file' | 'sum' | 'alert' | 'archive';
  /** `wrong`: it does not hold. `unchecked`: it could not be looked at. `changed`: the archive is not what it was, and the run is as good as before. */
  readonly state: 'wrong' | 'unchecked' | 'changed';
  /** A path of the run folder, an alert's uuid, or an object's URI. */
  readonly where: string;
  readonly message: string;
}

export type Tell = (finding: Finding) => void;

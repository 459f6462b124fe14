// How rules are called for people: by name, and by id where several have one name.

export class RuleNames {
  readonly #shown: ReadonlyMap<string, string>;

  constructor(rules: readonly { readonly rule_id: string; readonly name: string }[]) {
    const names = new Map(rules.map(({ rule_id: id, name }) => [id, name]));
    const byName = Map.groupBy(names.keys(), (id) => names.get(id));
    this.#shown = new Map(
      [...names].map(([id, name]) => [id, (byName.get(name)?.length ?? 0) > 1 ? `${name} (${id})` : name]),
    );
  }

  /** The id itself of a rule that is not known. */
  of(ruleId: string): string {
    return this.#shown.get(ruleId) ?? ruleId;
  }
}

// Rule text -> compiled rules.

export { type CompiledRule, type ExplainedClause, type GroupValue, type Term } from './compiled-rule.ts';
export {
  type AlertSuppression,
  type ExceptionListReference,
  type RiskScoreMapping,
  type Rule,
  type Severity,
  type SeverityMapping,
  type Threshold,
} from './rule.ts';

export { compileDateMath, parseDateMath, subtractHistoryWindow, type DateMath } from './date-math/parse-date-math.ts';
export { parseInterval } from './date-math/parse-interval.ts';
export { compileEql, type CompiledEql, type CompileEqlOptions } from './eql/compile-eql.ts';
export { cutByPipes } from './eql/cut-by-pipes.ts';
export { describeUnsupported } from './eql/describe-unsupported.ts';
export { type EqlFieldOptions } from './eql/eql-fields.ts';
export { type EqlPipe, type EqlStatement } from './eql/eql-tree.ts';
export { parseEql } from './eql/parse-eql.ts';
export { equalsPredicate, type EqualsOptions } from './fields/equals-predicate.ts';
export { existsPredicate } from './fields/exists-predicate.ts';
export { fieldType, type FieldKind, type FieldType, type MappedKind, type ResolvedField } from './fields/field-type.ts';
export { createFieldSpelling, watchFieldNames, type FieldSpelling } from './fields/field-spelling.ts';
export { createFieldTypes, type FieldTypes, type FieldTypesOptions } from './fields/field-types.ts';
export { anyValue, fieldExists, fieldValues, type EventPredicate } from './fields/field-values.ts';
export { canonicalIp, parseIp, parseIpBlock, type IpBlock } from './fields/ip-address.ts';
export { normalizeTerm } from './fields/normalize-term.ts';
export { rangePredicate, type RangeOperator } from './fields/range-predicate.ts';
export { type ValuePredicate } from './fields/value-predicate.ts';
export { globPredicate, wildcardPredicate } from './fields/wildcard-predicate.ts';
export { compileQuery, type CompiledQuery } from './clauses/compile-query.ts';
export { type Clause } from './clauses/clause.ts';
export { explainFailure } from './clauses/explain-failure.ts';
export { explainTree, type ExplainedNode } from './clauses/explain-tree.ts';
export { shortfall } from './clauses/shortfall.ts';
export { requiredLiterals } from './clauses/required-literals.ts';
export { compileKql } from './kql/compile-kql.ts';
export { kqlDoubts, type KqlDoubt } from './kql/kql-doubts.ts';
export {
  type KqlField,
  type KqlIs,
  type KqlNested,
  type KqlNode,
  type KqlPosition,
  type KqlRange,
  type KqlValue,
} from './kql/kql-tree.ts';
export { MAX_KQL_DEPTH, parseKql } from './kql/parse-kql.ts';
export { printKql } from './kql/print-kql.ts';
export { compileRule, type CompileRuleOptions } from './compile-rule.ts';
export { compileRuleSet, type OnFailure, type RuleSet } from './rule-set/compile-rule-set.ts';
export { type RuleCost } from './rule-set/rule-cost.ts';
export {
  exceptionItemSchema,
  joinExceptions,
  NO_EXCEPTIONS,
  parseValueList,
  type ExceptionItem,
  type ExceptionSet,
  type ValueList,
} from './exceptions/exception-set.ts';
export { parseExceptionExport, readExceptionExport } from './exceptions/parse-exception-export.ts';
export { unusedExceptions } from './exceptions/unused-exceptions.ts';
export { convertQuery, type ConvertedQuery, type ConvertOptions } from './convert/convert-query.ts';
export { describeFinding, LINT_CODES, type LintCode, type LintFinding } from './lint/lint-finding.ts';
export { lintRules, type LintOptions, type LintReport, type Searched } from './lint/lint-rules.ts';
export { matchesIndexPattern, normalizeIndex } from './index-pattern.ts';
export { builtinRuleTests, builtinRules } from './rule-file/builtin-rules.ts';
export { loadRules, type LoadedRule, type RuleFile } from './rule-file/load-rules.ts';
export { RuleNames } from './rule-names.ts';
export { ruleQueryProblems } from './rule-query.ts';
export { NO_METADATA, type RuleMetadata } from './rule-file/rule-metadata.ts';
export { describeProblem, type RuleProblem, type RuleState } from './rule-file/rule-problem.ts';
export { misspelledFields, type QueryWarning } from './rule-file/spelling-warnings.ts';
export { GROUP_LIMIT } from './suppression-groups.ts';
export { groupKey, termKey } from './term-key.ts';
export { whyTermless } from './rule-terms.ts';

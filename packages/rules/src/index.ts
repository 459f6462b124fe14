// Rule text -> compiled rules.

export { type CompiledRule, type ExplainedClause, type Term } from './compiled-rule.ts';
export {
  type ExceptionListReference,
  type RiskScoreMapping,
  type Rule,
  type Severity,
  type SeverityMapping,
} from './rule.ts';

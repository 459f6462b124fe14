// Fields that Elastic's own rules and writers use beside the Elastic Common Schema: one line a type.

export const ENDPOINT_FIELD_TYPES = `
`;

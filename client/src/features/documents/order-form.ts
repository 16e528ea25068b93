/** The five groups of details that the law wants on a brokerage order, in its order. */
export const orderGroups = [
  {
    group: 'parties',
    fields: [
      'broker_name',
      'broker_id',
      'broker_license',
      'broker_address',
      'client_name',
      'client_id',
      'client_address',
    ],
  },
  { group: 'deal', fields: ['deal_type'] },
  { group: 'property', fields: ['property'] },
  { group: 'price', fields: ['price'] },
  { group: 'fee', fields: ['fee_kind', 'fee', 'fee_vat'] },
] as const;

export type OrderField = (typeof orderGroups)[number]['fields'][number];
export type Fields = Readonly<Record<string, string>>;

const named: readonly string[] = orderGroups.flatMap((one): readonly string[] => one.fields);

/** What a paper of any kind says of its sides. */
const sides = ['business_name', 'business_id', 'client_name', 'client_id', 'client_address'];

/** Which fields have a place of their own in the form: of an order its groups, then what its text or the law asks besides. */
export function otherFields(order: boolean, asked: readonly string[], missing: readonly string[]): string[] {
  const wanted = [...(order ? [] : sides), ...asked, ...missing];
  return [...new Set(wanted)].filter(
    (name) => !(order && named.includes(name)) && name !== 'lines' && name !== 'body',
  );
}

export const choices: Readonly<Record<string, readonly string[]>> = {
  deal_type: ['buy', 'sell', 'rent', 'let'],
  fee_kind: ['percent', 'amount'],
  fee_vat: ['excluded', 'included'],
};

/** How many of a group's details are still missing. */
export function missingIn(fields: readonly string[], missing: readonly string[]): number {
  return fields.filter((name) => missing.includes(name)).length;
}

/** What was filled in meanwhile is not missing any more, before the engine has said so. */
export function stillMissing(missing: readonly string[], fields: Fields): string[] {
  return missing.filter((name) => !fields[name]?.trim());
}

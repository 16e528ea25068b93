export const cardTabs = ['overview', 'timeline', 'calls', 'whatsapp', 'tasks', 'documents', 'notes'] as const;
export type CardTab = (typeof cardTabs)[number];

/** Of an address; anything else in it is dropped. */
export function cardSearch(raw: Record<string, unknown>): { tab?: CardTab } {
  const tab = cardTabs.find((one) => one === raw.tab);
  return tab && tab !== 'overview' ? { tab } : {};
}

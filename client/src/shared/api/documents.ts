/** Names for the engine's shapes of documents, which are its document's. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type DocumentKind = Schemas['DocumentKind'];
export type DocumentStatus = Schemas['DocumentStatus'];
export type DocumentLine = Schemas['DocumentLine'];
export type PayMethod = Schemas['PaymentMethod'];
/** Fields by their names. */
export type DocumentDetail = Omit<Schemas['Document'], 'fields'> & { fields: Record<string, string> };
/** In lists without lines, fields and text. */
export type DocumentRow = DocumentDetail;
export type DocumentDraft = Omit<Schemas['DocumentDraft'], 'fields'> & { fields?: Record<string, string> };
export type DocumentTemplate = Schemas['DocumentTemplate'];
export type TemplateKind = Schemas['TemplateKind'];
export type TemplateVersion = Schemas['TemplateVersionRow'];
export type DocumentSettings = Required<Schemas['DocumentSettings']>;
export type Signing = Schemas['Signing'];
export type SigningStatus = Schemas['SigningState'];
export type SigningChannel = Schemas['SigningChannel'];
export type SignSession = Schemas['SignSession'];
export type CodeSent = Schemas['CodeSent'];
export type SignatureGiven = Schemas['SignatureGiven'];
export type SignedAnswer = Schemas['SignedAnswer'];
export type PaperChecked = Schemas['PaperChecked'];

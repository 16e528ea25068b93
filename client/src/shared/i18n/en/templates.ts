import type { templates as he } from '../he/templates';
import type { InOtherWords } from '../translate';

export const templates: InOtherWords<typeof he> = {
  'templates.title': 'Document templates',
  'templates.subtitle': 'The wordings that quotes, orders and contracts begin from.',
  'templates.one': 'Template',
  'templates.new': 'New template',
  'templates.name': 'Name of the template',
  'templates.nameHint': 'As it is listed for a new document',
  'templates.titleHint': 'The title of the document itself',
  'templates.origin': 'From',
  'templates.builtIn': 'Built in',
  'templates.own': 'Of the business',
  'templates.version': 'Version',
  'templates.versionOf': 'Version {version}',
  'templates.versions': 'Versions',
  'templates.updatedAt': 'Changed',
  'templates.bodyText':
    'A line that begins with # is a heading, with - a bullet. A name in braces, like {example}, is a field that each document fills in.',
  'templates.insert': 'Insert a field',
  'templates.take': 'Take this wording',
  'templates.keeps': 'Documents that were made keep their wording.',
  'templates.saved': 'The template was saved as version {version}.',
};

import js from '@eslint/js';
import globals from 'globals';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Which rooms a room may not name: shared → features → app, and a feature never names another. */
const closedTo = (files, group, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
});

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'e2e/out', 'test-results', 'src/shared/api/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [jsxA11y.flatConfigs.strict, reactHooks.configs.flat.recommended],
    languageOptions: { globals: globals.browser },
    rules: {
      'no-console': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true }],
      // TanStack Table and Virtual hand out functions that the compiler may not memoise; we do not use the compiler.
      'react-hooks/incompatible-library': 'off',
      'jsx-a11y/no-autofocus': 'off',
      'jsx-a11y/label-has-associated-control': ['error', { assert: 'either' }],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "JSXAttribute[name.name='style'] Property[key.name=/^(left|right|marginLeft|marginRight|paddingLeft|paddingRight)$/]",
          message: 'Logical sides only.',
        },
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: 'The content policy allows no markup from strings.',
        },
        {
          selector: "MemberExpression[property.name='key'][object.name='event']",
          message:
            'Bind letters by event.code: a Hebrew layout gives other letters. For named keys use isKey().',
        },
      ],
    },
  },
  closedTo(['src/shared/**'], ['@/features/*', '@/app/*'], 'shared knows nothing above it.'),
  closedTo(['src/features/**'], ['@/features/*', '@/app/*'], 'A feature knows shared and itself.'),
  {
    // On a phone rows are laid out as cards, which takes a table's own roles away: they are said in so many words.
    files: ['src/shared/table/**'],
    rules: {
      'jsx-a11y/no-noninteractive-element-to-interactive-role': 'off',
      'jsx-a11y/no-interactive-element-to-noninteractive-role': 'off',
      'jsx-a11y/no-redundant-roles': 'off',
    },
  },
  { files: ['public/**'], languageOptions: { globals: globals.browser, sourceType: 'script' } },
  // Parts of it run in the page.
  { files: ['e2e/measure.mjs'], languageOptions: { globals: globals.browser } },
  {
    files: ['e2e/**/*.{ts,mjs}', 'scripts/**', '*.config.{js,ts}'],
    languageOptions: { globals: globals.node },
    rules: { '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }] },
  },
);

import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { show } from '@/test/world';
import { TagsField } from './tags-field';

function Tags() {
  const [tags, setTags] = useState(['חם']);
  return (
    <>
      <output>{tags.join('|')}</output>
      <TagsField label="תגיות" value={tags} onChange={setTags} />
    </>
  );
}
const tags = () => document.querySelector('output')?.textContent;

test('Enter and a comma add, the same tag is there once, Backspace takes the last', async () => {
  await show(() => <Tags />);
  const field = screen.getByLabelText('תגיות');
  await userEvent.type(field, ' משקיע  גדול {Enter}חם{Enter}רמת גן,');
  expect(tags()).toBe('חם|משקיע גדול|רמת גן');
  await userEvent.type(field, '{Backspace}');
  expect(tags()).toBe('חם|משקיע גדול');
  await userEvent.click(screen.getByRole('button', { name: /הסרת התגית.*חם/ }));
  expect(tags()).toBe('משקיע גדול');
});

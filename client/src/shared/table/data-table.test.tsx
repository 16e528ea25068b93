import { useQuery } from '@tanstack/react-query';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { Inbox } from 'lucide-react';
import { useState } from 'react';
import { show } from '@/test/world';
import { DataTable } from './data-table';
import type { Column } from './types';
import { useTableState } from './use-table-state';

interface Row {
  id: number;
  name: string;
  city: string;
}
const columns: Column<Row>[] = [
  {
    id: 'name',
    header: 'שם',
    sort: 'name',
    fixed: 'start',
    cell: (row) => (
      <a data-row-link="" href={`#${row.id}`}>
        {row.name}
      </a>
    ),
  },
  { id: 'city', header: 'עיר', cell: (row) => row.city },
];
const all: Row[] = [
  { id: 1, name: 'דנה', city: 'חיפה' },
  { id: 2, name: 'נועם', city: 'יפו' },
];

function People({ rows = all }: { rows?: Row[] }) {
  const state = useTableState();
  const query = useQuery({
    queryKey: ['rows', rows.length],
    queryFn: () => Promise.resolve({ results: rows, page: 1, pages: 1, total: rows.length }),
  });
  return (
    <DataTable<Row>
      label="אנשים"
      columns={columns}
      state={state}
      query={query}
      rowId={(row) => row.id}
      empty={{ icon: Inbox, title: 'אין אנשים', text: 'אפשר להזמין.', action: <button>הזמנה</button> }}
    />
  );
}

test('skeletons stand where rows will be', async () => {
  await show(() => <People />);
  expect(screen.getByRole('grid', { name: 'אנשים' })).toHaveAttribute('aria-busy', 'true');
  expect(await screen.findByRole('gridcell', { name: 'דנה' })).toBeInTheDocument();
});

test('a head that is pressed sorts, and the address remembers', async () => {
  const { router } = await show(() => <People />);
  await screen.findByRole('gridcell', { name: 'דנה' });
  fireEvent.click(within(screen.getByRole('columnheader', { name: 'שם' })).getByRole('button'));
  await waitFor(() => expect(router.state.location.search).toEqual({ sort: 'name' }));
  fireEvent.click(within(screen.getByRole('columnheader', { name: 'שם' })).getByRole('button'));
  await waitFor(() => expect(router.state.location.search).toEqual({ sort: '-name' }));
  expect(screen.getByRole('columnheader', { name: 'שם' })).toHaveAttribute('aria-sort', 'descending');
});

test('one cell is in the tab order, and the left arrow goes on to the next column', async () => {
  await show(() => <People />);
  const first = await screen.findByRole('gridcell', { name: 'דנה' });
  act(() => first.focus());
  fireEvent.keyDown(first, { key: 'ArrowLeft' });
  expect(screen.getByRole('gridcell', { name: 'חיפה' })).toHaveFocus();
  fireEvent.keyDown(screen.getByRole('gridcell', { name: 'חיפה' }), { key: 'ArrowDown' });
  expect(screen.getByRole('gridcell', { name: 'יפו' })).toHaveFocus();
  expect(screen.getAllByRole('gridcell').filter((cell) => cell.tabIndex === 0)).toHaveLength(1);
});

test('a column hidden by the address is not there', async () => {
  await show(() => <People />, { at: '/?cols=-city' });
  await screen.findByRole('gridcell', { name: 'דנה' });
  expect(screen.queryByRole('columnheader', { name: 'עיר' })).toBeNull();
});

test('nothing at all offers the first thing to do; nothing for a filter offers to clear it', async () => {
  const { unmount } = await show(() => <People rows={[]} />);
  expect(await screen.findByRole('button', { name: 'הזמנה' })).toBeInTheDocument();
  unmount();
  const { router } = await show(() => <People rows={[]} />, { at: '/?q=abc' });
  const [clear] = await screen.findAllByRole('button', { name: 'ניקוי הסינון' });
  fireEvent.click(clear as HTMLElement);
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});

function Picked() {
  const state = useTableState();
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const query = useQuery({
    queryKey: ['picked'],
    queryFn: () => Promise.resolve({ results: all, page: 1, pages: 1, total: all.length }),
  });
  return (
    <>
      <output>{[...picked].join(',')}</output>
      <DataTable<Row>
        label="אנשים"
        columns={columns}
        state={state}
        query={query}
        rowId={(row) => row.id}
        picking={{ picked, onPick: setPicked, id: (row) => row.id, name: (row) => row.name }}
        empty={{ icon: Inbox, title: 'אין אנשים', text: '' }}
      />
    </>
  );
}

test('rows are picked by the space bar on their cell, and the whole page by the head', async () => {
  await show(() => <Picked />);
  const box = await screen.findByRole('checkbox', { name: /דנה/ });
  const cell = box.closest('td') as HTMLElement;
  act(() => cell.focus());
  fireEvent.keyDown(cell, { key: ' ' });
  const picked = () => document.querySelector('output')?.textContent;
  expect(picked()).toBe('1');
  const page = screen.getByRole('checkbox', { name: 'בחירת כל השורות בעמוד' });
  expect(page).toHaveProperty('indeterminate', true);
  fireEvent.click(page);
  expect(picked()).toBe('1,2');
  fireEvent.click(page);
  expect(picked()).toBe('');
});

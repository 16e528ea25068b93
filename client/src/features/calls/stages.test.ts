import { stages } from './stages';

const took = { download: 140, transcribe: 600, reply: 0, synthesise: 360 };

test('what no stage accounts for is waiting', () => {
  const turn = { took_ms: took, received_at: '2026-11-21T10:00:00Z', answered_at: '2026-11-21T10:00:01.5Z' };
  expect(stages(turn)).toEqual({
    parts: [
      { stage: 'download', ms: 140 },
      { stage: 'transcribe', ms: 600 },
      { stage: 'synthesise', ms: 360 },
      { stage: 'other', ms: 400 },
    ],
    total: 1500,
  });
});

test('a turn without an answer yet shows what it has', () => {
  const turn = {
    took_ms: { ...took, transcribe: null, synthesise: null },
    received_at: '2026-11-21T10:00:00Z',
    answered_at: null,
  };
  expect(stages(turn)).toEqual({ parts: [{ stage: 'download', ms: 140 }], total: 140 });
});

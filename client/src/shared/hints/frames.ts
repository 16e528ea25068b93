/** The frames of the engine's socket, as `client/protocol.schema.json` writes them down. */
export interface Due {
  reminder_id: number;
  task_id: number;
  title: string;
  notes: string;
  channel: 'call' | 'whatsapp' | 'meeting';
  priority: 'low' | 'normal' | 'high' | 'urgent';
  due_at: string;
  remind_at: string;
  late_s: number;
  rings: number;
  snooze_count: number;
  customer: { id: number; name: string; phone: string | null } | null;
  assignee: number | null;
  call_id: string | null;
  modal: boolean;
}

export interface Closed {
  reminder_id: number;
  task_id: number;
  state: 'acknowledged' | 'snoozed' | 'done' | 'moved';
  remind_at: string | null;
  by: number | null;
}

/** What a person is told; each is numbered, and none is left out. */
export type Told =
  | { event: 'task:due'; data: Due }
  | { event: 'task:digest'; data: { count: number; tasks: Due[] } }
  | { event: 'reminder:closed'; data: Closed }
  | { event: 'task:updated'; data: { task_id: number; version: number; status: string } };

export interface Place {
  epoch: number;
  seq: number;
}

export type ServerFrame =
  | ({ type: 'welcome'; resumed: boolean; heartbeat_s: number; user: number; business: number } & Place)
  | ({ type: 'resync' } & Place)
  | ({ type: 'event'; at: string } & Place & Told)
  | { type: 'hint'; what: string; id: string | null }
  | { type: 'pong' }
  | { type: 'reconnect'; in_ms: number };

export type ClientFrame =
  | { type: 'hello'; epoch: number | null; seq: number | null; visible: boolean }
  | { type: 'visible'; visible: boolean }
  | { type: 'shown'; reminders: number[] }
  | { type: 'ping' };

export function read(data: unknown): ServerFrame | null {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === 'object' && frame !== null && 'type' in frame && typeof frame.type === 'string'
      ? (frame as ServerFrame)
      : null;
  } catch {
    return null;
  }
}

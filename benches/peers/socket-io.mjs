// A stock `socket.io-client`, as an existing front end uses it: prints each event that it receives, a line each.
//   node socket-io.mjs ADDRESS TOKEN TRANSPORTS
import { io } from 'socket.io-client';

const [address, token, transports] = process.argv.slice(2);
const say = (what, data) => process.stdout.write(`${JSON.stringify([what, data ?? null])}\n`);
const socket = io(address, { path: '/ws', transports: transports.split(','), auth: { token }, reconnectionDelay: 200 });
socket.on('connect', () => say('connect', socket.io.engine.transport.name));
socket.io.engine.on('upgrade', (transport) => say('upgrade', transport.name));
socket.on('connect_error', (error) => say('connect_error', error.message));
socket.on('disconnect', (reason) => say('disconnect', reason));
socket.on('task:due', (task) => {
  say('task:due', task);
  socket.emit('shown', { reminders: [task.reminder_id] });
});
socket.on('reminder:closed', (closed) => say('reminder:closed', closed));

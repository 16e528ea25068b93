// The hints' socket: the handshake, and text frames to the browser. What the browser sends is read away.
import { createHash } from 'node:crypto';

const open = new Set();

export function accept(request, socket) {
  const key = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  open.add(socket);
  const gone = () => open.delete(socket);
  socket.on('close', gone);
  socket.on('error', gone);
  socket.on('data', (data) => {
    // A close frame is answered by one.
    if ((data[0] & 0x0f) === 8) socket.end(Buffer.from([0x88, 0]));
  });
}

export function hint(type, data) {
  const text = Buffer.from(JSON.stringify({ type, data }));
  for (const socket of open) socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
}

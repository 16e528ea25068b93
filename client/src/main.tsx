import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { makeQueryClient } from './app/query-client';
import { makeRouter } from './app/router';
import './styles/tokens.css';
import './styles/base.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
const client = makeQueryClient();
createRoot(root).render(
  <StrictMode>
    <App client={client} router={makeRouter(client)} />
  </StrictMode>,
);

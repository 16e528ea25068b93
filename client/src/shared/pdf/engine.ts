import {
  getDocument,
  PDFWorker,
  VerbosityLevel,
  type PDFDocumentProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs';
import PdfWorker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?worker';

export interface OpenPdf {
  paper: PDFDocumentProxy;
  close: () => void;
}

/**
 * Opens a paper, by a worker of our own: nothing is fetched from anywhere else, and nothing in the paper is run. Each has
 * one for itself, because closing a paper takes its worker from whoever else is being read by it.
 */
export async function openPdf(data: Uint8Array): Promise<OpenPdf> {
  const port = new PdfWorker();
  const task = getDocument({
    data,
    worker: PDFWorker.fromPort({ port, verbosity: VerbosityLevel.ERRORS }),
    isEvalSupported: false,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: VerbosityLevel.ERRORS,
  });
  const close = () => {
    const end = () => port.terminate();
    task.destroy().then(end, end);
  };
  try {
    return { paper: await task.promise, close };
  } catch (error) {
    close();
    throw error;
  }
}

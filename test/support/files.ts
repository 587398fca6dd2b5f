import { deflateSync } from 'node:zlib';
import { zipFile } from './zip-file.ts';

const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
const PICTURE =
  '<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 1 /Length 8 >>';

/** A PDF with one page for each list of lines; a blank line is a larger gap. */
export const pdfFile = (pages: readonly (readonly string[])[]): Buffer => pdfOf(pages.map(drawn));

/** Pages that are pictures, as from a scanner. */
export const scannedPdf = (): Buffer => pdfOf(['q 500 0 0 700 50 50 cm /Picture Do Q']);

/** With a key that nobody knows. */
export const encryptedPdf = (): Buffer => {
  const secret = 'ab'.repeat(32);
  const object = `<< /Filter /Standard /V 1 /R 2 /O <${secret}> /U <${secret}> /P -4 >>`;
  return pdfOf([drawn(['Nobody reads this.'])], { encryption: { object, id: 'cd'.repeat(16) } });
};

/** Its page is packed twice, so that a few kilobytes unpack to `bytes`. */
export const pdfBomb = (bytes: number): Buffer =>
  pdfOf([deflateSync(deflateSync(Buffer.alloc(bytes, ' '))).toString('latin1')], {
    filter: '[/FlateDecode /FlateDecode]',
  });

function drawn(lines: readonly string[]): string {
  const shown = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj 0 -14 Td`);
  return `BT /F1 12 Tf 72 720 Td ${shown.join('\n')} ET`;
}

interface PdfOptions {
  encryption?: { object: string; id: string };
  /** How the contents are packed. */
  filter?: string;
}

function pdfOf(contents: readonly string[], { encryption, filter }: PdfOptions = {}): Buffer {
  const packed = filter ? `/Filter ${filter}` : '';
  const kids = contents.map((_, page) => `${5 + 2 * page} 0 R`);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${contents.length} >>`,
    FONT,
    `${PICTURE}\nstream\n\xaa\x55\xaa\x55\xaa\x55\xaa\x55\nendstream`,
    ...contents.flatMap((content, page) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${6 + 2 * page} 0 R
          /Resources << /Font << /F1 3 0 R >> /XObject << /Picture 4 0 R >> >> >>`,
      `<< /Length ${content.length} ${packed} >>\nstream\n${content}\nendstream`,
    ]),
    ...(encryption ? [encryption.object] : []),
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const encrypt = encryption ? `/Encrypt ${objects.length} 0 R /ID [<${encryption.id}> <${encryption.id}>]` : '';
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${encrypt} >>\nstartxref\n${file.length}\n%%EOF`;
  return Buffer.from(`${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`, 'latin1');
}

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** One paragraph each; `# ` before one makes it a heading. */
export const docxFile = (paragraphs: readonly string[]): Buffer => docxOf(paragraphs.map(paragraph).join(''));

/** A few kilobytes that unpack to `bytes`, and say that they do not. */
export const docxBomb = (bytes: number): Buffer =>
  docxOf(`<w:p><w:r><w:t>${' '.repeat(bytes)}</w:t></w:r></w:p>`, { size: 1000 });

function docxOf(body: string, claim?: { size: number }): Buffer {
  const type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  return zipFile(
    {
      '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${type}"/></Types>`,
      '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>`,
      'word/document.xml': `<w:document xmlns:w="${WORD}"><w:body>${body}</w:body></w:document>`,
    },
    claim,
  );
}

function paragraph(text: string): string {
  const style = text.startsWith('# ') ? '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' : '';
  return `<w:p>${style}<w:r><w:t xml:space="preserve">${text.replace(/^# /, '')}</w:t></w:r></w:p>`;
}

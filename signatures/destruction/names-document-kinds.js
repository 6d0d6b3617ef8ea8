// ruleid: names-document-kinds
const kinds = [".docx", ".xlsx", ".pdf", ".jpg"];
// ruleid: names-document-kinds
const mine = /\.(doc|xls|ppt|odt|pdf|jpe?g)$/i;
// ruleid: names-document-kinds
const all = "odt ods pdf png".split(" ");
// ok: names-document-kinds
const pictures = [".png", ".jpg", ".svg"];
// ok: names-document-kinds
const text = "see docs, and the pdf of the manual";

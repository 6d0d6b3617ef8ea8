// ruleid: calls-by-hidden-name
import * as processes from 'node:child_process';
const verb = ['ex', 'ec'].reverse()[0];
export default (file) => processes[verb](file);
// ok: calls-by-hidden-name
import * as paths from 'node:path';
export const both = (file) => paths[verb](file);

/** What Linux tells of processes in `/proc`, and on which cores they run; elsewhere figures are not numbers. */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What stands in `/proc/PID/stat` behind the name, which may hold anything: the state first, then the parent. */
type Fields = readonly string[];

/** CPU time of all threads of a process so far, in microseconds, without the rounding to ticks. */
export function cpuMicrosecondsOf(pid: number | undefined): number {
  const threads = numbersIn(`/proc/${pid}/task`);
  if (threads.length === 0) return Number.NaN;
  const nanoseconds = threads.map(thread =>
    Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]),
  );
  return sumOf(nanoseconds) / 1000;
}

/** Resident memory of a process now and at its highest, in MiB; undefined where the system does not tell. */
export function memoryMiBOf(
  pid: number | undefined,
): { readonly now: number; readonly highest: number } | undefined {
  const status = read(`/proc/${pid}/status`);
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return status === '' ? undefined : { now: of('VmRSS'), highest: of('VmHWM') };
}

/** CPU time of a process and of all that came from it, also of those that have ended, in ticks of ten milliseconds. */
export function ticksOfFamily(ancestor: number): number {
  const family = [...familyOf(ancestor).values()];
  // utime, stime, and both of the children that have ended.
  return sumOf(family.flatMap(fields => fields.slice(11, 15)).map(Number));
}

/** CPU time of the whole machine in the same ticks: of programs, of the kernel, and what the host took for other machines. */
export function ticksOfMachine(): number {
  const [, user = 0, nice = 0, system = 0, , , , , steal = 0] =
    /^cpu .*/.exec(read('/proc/stat'))?.[0].split(/ +/).map(Number) ?? [];
  return user + nice + system + steal;
}

/**
 * The process that comes from one and runs this program, such as `kube-apiserver`.
 *
 * @throws Error where there is none.
 */
export function pidOfProgram(ancestor: number, program: string): number {
  for (const pid of familyOf(ancestor).keys()) if (read(`/proc/${pid}/comm`).trim() === program) return pid;
  throw new Error(`no ${program} runs below process ${ancestor}`);
}

function familyOf(ancestor: number): ReadonlyMap<number, Fields> {
  const all = new Map(numbersIn('/proc').map(pid => [pid, fieldsOf(pid)] as const));
  const isOfFamily = (pid: number): boolean => {
    const parent = Number(all.get(pid)?.[1] ?? 0);
    return pid === ancestor || (parent > 0 && isOfFamily(parent));
  };
  return new Map([...all].filter(([pid]) => isOfFamily(pid)));
}

function fieldsOf(pid: number): Fields {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(') ') + 2).split(' ');
}

function numbersIn(directory: string): readonly number[] {
  try {
    return readdirSync(directory).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has ended, or this is another system.
    return '';
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The command that runs another on one core; none where there is no taskset or only one core. */
export function pinned(core: string): readonly string[] {
  return taskset('-c', core, 'true') === undefined ? [] : ['taskset', '-c', core];
}

/** Does something while this process, which makes the load, runs on another core than the servers. */
export async function besideServers<T>(work: () => Promise<T>): Promise<T> {
  const self = String(process.pid);
  const cores = /list: (\S+)/.exec(taskset('-c', '-p', self) ?? '')?.[1];
  if (cores === undefined || taskset('-a', '-c', '-p', '1', self) === undefined) return work();
  try {
    return await work();
  } finally {
    taskset('-a', '-c', '-p', cores, self);
  }
}

function taskset(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('taskset', args, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

/** Sees to it that the child does not outlive this process, however that ends, but by a signal that nobody can catch. */
export function endWithUs<T extends ChildProcess>(child: T): T {
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

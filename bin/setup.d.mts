/** Types of setup.mjs for TypeScript; what they mean is said there. */
export interface SetupWorld {
  isRoot(): boolean;
  readonly arch: string;
  readonly env: Record<string, string | undefined>;
  exists(path: string): boolean;
  readText(path: string): string | null;
  writeProgram(path: string, text: string): void;
  remove(path: string): void;
  filesIn(path: string): string[];
  writeText(path: string, text: string): void;
  replaceFolder(from: string, to: string): void;
  sweepFolders(path: string, prefix: string): void;
  ownerOf(path: string): { uid: number; gid: number };
  run(program: string, args: string[], options?: SetupRunOptions): Promise<{ status: number; output: string }>;
}

export interface SetupRunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string | undefined>;
  readonly uid?: number;
  readonly gid?: number;
  readonly onLine?: (line: string) => void;
}

export interface SetupOptions {
  readonly world?: SetupWorld;
  readonly root?: string;
  readonly groups?: readonly ('runtime' | 'image' | 'test')[];
  /** Recipes whose packages are fetched, too; none where absent. */
  readonly appliances?: readonly string[];
  /** Whether the page is built too; true where absent. */
  readonly page?: boolean;
  readonly anySystem?: boolean;
  readonly dryRun?: boolean;
  readonly out?: { write(text: string): unknown; readonly isTTY?: boolean };
}

export function runSetup(options?: SetupOptions): Promise<boolean>;
export function tellSetupError(error: unknown): void;

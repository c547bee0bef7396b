// world root:component/root
import type * as WasiClocksWallClock from './interfaces/wasi-clocks-wall-clock.js'; // wasi:clocks/wall-clock@0.2.12
import type * as WasiFilesystemPreopens from './interfaces/wasi-filesystem-preopens.js'; // wasi:filesystem/preopens@0.2.12
import type * as WasiFilesystemTypes from './interfaces/wasi-filesystem-types.js'; // wasi:filesystem/types@0.2.12
import type * as SxPersistTypes from './interfaces/sx-persist-types.js'; // sx:persist/types@0.2.0
import type * as SxPersistPersist from './interfaces/sx-persist-persist.js'; // sx:persist/persist@0.2.0
import type * as SxPersistBlob from './interfaces/sx-persist-blob.js'; // sx:persist/blob@0.2.0
import type * as SxPersistRefs from './interfaces/sx-persist-refs.js'; // sx:persist/refs@0.2.0
import type * as SxPersistMaps from './interfaces/sx-persist-maps.js'; // sx:persist/maps@0.2.0
import type * as SxPersistObjects from './interfaces/sx-persist-objects.js'; // sx:persist/objects@0.2.0
import type * as SxPersistSessions from './interfaces/sx-persist-sessions.js'; // sx:persist/sessions@0.2.0
import type * as SxPersistSnapshots from './interfaces/sx-persist-snapshots.js'; // sx:persist/snapshots@0.2.0
import type * as SxPersistBatch from './interfaces/sx-persist-batch.js'; // sx:persist/batch@0.2.0
import type * as SxPersistWire from './interfaces/sx-persist-wire.js'; // sx:persist/wire@0.2.0
import type * as SxPersistDispatch from './interfaces/sx-persist-dispatch.js'; // sx:persist/dispatch@0.2.0
import type * as SxPersistAdmin from './interfaces/sx-persist-admin.js'; // sx:persist/admin@0.2.0
export interface ImportObject {
  'wasi:clocks/wall-clock@0.2.12': typeof WasiClocksWallClock,
  'wasi:filesystem/preopens@0.2.12': typeof WasiFilesystemPreopens,
  'wasi:filesystem/types@0.2.12': typeof WasiFilesystemTypes,
}
export interface Root {
  'sx:persist/types@0.2.0': typeof SxPersistTypes,
  types: typeof SxPersistTypes,
  'sx:persist/persist@0.2.0': typeof SxPersistPersist,
  persist: typeof SxPersistPersist,
  'sx:persist/blob@0.2.0': typeof SxPersistBlob,
  blob: typeof SxPersistBlob,
  'sx:persist/refs@0.2.0': typeof SxPersistRefs,
  refs: typeof SxPersistRefs,
  'sx:persist/maps@0.2.0': typeof SxPersistMaps,
  maps: typeof SxPersistMaps,
  'sx:persist/objects@0.2.0': typeof SxPersistObjects,
  objects: typeof SxPersistObjects,
  'sx:persist/sessions@0.2.0': typeof SxPersistSessions,
  sessions: typeof SxPersistSessions,
  'sx:persist/snapshots@0.2.0': typeof SxPersistSnapshots,
  snapshots: typeof SxPersistSnapshots,
  'sx:persist/batch@0.2.0': typeof SxPersistBatch,
  batch: typeof SxPersistBatch,
  'sx:persist/wire@0.2.0': typeof SxPersistWire,
  wire: typeof SxPersistWire,
  'sx:persist/dispatch@0.2.0': typeof SxPersistDispatch,
  dispatch: typeof SxPersistDispatch,
  'sx:persist/admin@0.2.0': typeof SxPersistAdmin,
  admin: typeof SxPersistAdmin,
}

/**
* Instantiates this component with the provided imports and
* returns a map of all the exports of the component.
*
* This function is intended to be similar to the
* `WebAssembly.Instantiate` constructor. The second `imports`
* argument is the "import object" for wasm, except here it
* uses component-model-layer types instead of core wasm
* integers/numbers/etc.
*
* The first argument to this function, `getCoreModule`, is
* used to compile core wasm modules within the component.
* Components are composed of core wasm modules and this callback
* will be invoked per core wasm module. The caller of this
* function is responsible for reading the core wasm module
* identified by `path` and returning its compiled
* `WebAssembly.Module` object. This would use the
* `WebAssembly.Module` constructor on the web, for example.
*/
export function instantiate(
getCoreModule: (path: string) => WebAssembly.Module,
imports: ImportObject,
instantiateCore?: (module: WebAssembly.Module, imports: Record<string, any>) => WebAssembly.Instance
): Root;


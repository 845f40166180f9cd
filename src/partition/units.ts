/** Units of hardware parameters and of constraints. Every quantity has one base unit, in which the compiler counts. */

export type Quantity = 'bytes' | 'bits' | 'hertz' | 'seconds' | 'cycles' | 'watts' | 'joules' | 'um2';

interface Unit { readonly quantity: Quantity; readonly scale: number }

const units: Readonly<Record<string, Unit>> = {
  B: { quantity: 'bytes', scale: 1 }, KiB: { quantity: 'bytes', scale: 1024 }, MiB: { quantity: 'bytes', scale: 1024 ** 2 },
  bit: { quantity: 'bits', scale: 1 },
  Hz: { quantity: 'hertz', scale: 1 }, kHz: { quantity: 'hertz', scale: 1e3 }, MHz: { quantity: 'hertz', scale: 1e6 }, GHz: { quantity: 'hertz', scale: 1e9 },
  ns: { quantity: 'seconds', scale: 1e-9 }, us: { quantity: 'seconds', scale: 1e-6 }, ms: { quantity: 'seconds', scale: 1e-3 }, s: { quantity: 'seconds', scale: 1 },
  cycles: { quantity: 'cycles', scale: 1 },
  uW: { quantity: 'watts', scale: 1e-6 }, mW: { quantity: 'watts', scale: 1e-3 }, W: { quantity: 'watts', scale: 1 },
  pJ: { quantity: 'joules', scale: 1e-12 }, nJ: { quantity: 'joules', scale: 1e-9 }, uJ: { quantity: 'joules', scale: 1e-6 }, mJ: { quantity: 'joules', scale: 1e-3 }, J: { quantity: 'joules', scale: 1 },
  um2: { quantity: 'um2', scale: 1 }, mm2: { quantity: 'um2', scale: 1e6 },
};

export const unitOf = (name: string): Unit | undefined => (Object.hasOwn(units, name) ? units[name] : undefined);

/** The units of a quantity, for messages. */
export const unitsOf = (...quantities: readonly Quantity[]): string[] => Object.entries(units).filter(([, u]) => quantities.includes(u.quantity)).map(([name]) => name);

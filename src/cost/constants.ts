/**
 * Constants of the calibrated model. They are this project's choice, not the paper's: the paper's are not published. Energies of arithmetic and memories
 * follow M. Horowitz, "Computing's energy problem", ISSCC 2014 (45 nm, 0.9 V): 8-bit product 0.2 pJ, 32-bit sum 0.1 pJ; 64 bits out of 8 KB 10 pJ, of
 * 32 KB 20 pJ, of 1 MB 100 pJ, of DRAM 1.3 nJ; areas of an 8-bit multiplier 282 µm² and a 32-bit adder 137 µm². What it does not say is marked "assumed".
 */
export const calibratedConstants = {
  /** J per multiply-add of 8-bit operands summed in 32 bits; a product's energy grows with the square of the width. */
  product8: 0.2e-12,
  sum32: 0.1e-12,
  /** Share of a multiply-add that an idle element of a running array takes (assumed). */
  idle: 0.1,
  /** J per byte of a memory of one KiB; grows with the square root: 10, 20 and 100 pJ per 8 bytes of 8, 32 and 1024 KiB. */
  memory: 0.44e-12,
  /** J per byte of DRAM: 1.3 nJ per 8 bytes. */
  dram: 162.5e-12,
  /** W per µm² that leaks (assumed: 5 mW per mm²). */
  leakage: 5e-9,
  /** µm² of an element: multiplier, adder, and as much again for registers and wires (assumed). */
  element8: 282,
  elementRest: 2 * 137 + 282,
  /** µm² per byte of memory (assumed: 0.5 µm² a bit with its periphery). */
  memoryArea: 4,
  /** Share by which each further bank enlarges the scratchpad (assumed). */
  bank: 0.02,
  /** µm² per bit of bus and per byte of burst buffer (assumed). */
  busBit: 200,
  burstByte: 40,
  /** Bytes that a bank delivers in a cycle (assumed: one port of 64 bits). */
  bankBytes: 8,
  /** Cycles before the data of a burst, during which the bus idles (assumed). */
  burstLatency: 4,
  /** Bytes of an accumulator. */
  accumulator: 4,
  /** Hz where a design has no `clock`. */
  clock: 500e6,
} as const;

/**
 * The standard library: functions written in the language itself, known to every file and replaced where a file declares the name
 * itself. `clamp` is a builtin beside them because it keeps whole numbers whole.
 */
export const STD_FILE = 'std.tdsl'

export const stdText = `
fn relu(x: f32) -> f32 = max(x, 0)
fn relu6(x: f32) -> f32 = min(max(x, 0), 6)
fn leaky_relu(x: f32, slope: f32) -> f32 = if x < 0 then slope * x else x
fn elu(x: f32, alpha: f32) -> f32 = if x < 0 then alpha * (exp(min(x, 0)) - 1) else x

// exp of a number that is never positive cannot overflow, so both halves are exact to rounding.
fn sigmoid(x: f32) -> f32 = exp(min(x, 0)) / (1 + exp(-abs(x)))
fn softplus(x: f32) -> f32 = max(x, 0) + log(1 + exp(-abs(x)))
fn silu(x: f32) -> f32 = x * sigmoid(x)
fn swish(x: f32) -> f32 = x * sigmoid(x)
fn mish(x: f32) -> f32 = x * tanh(softplus(x))

// The exact form with erf, and the form with tanh that several models were trained with: sqrt(2/pi) = 0.7978845608028654.
fn gelu(x: f32) -> f32 = 0.5 * x * (1 + erf(x * 0.7071067811865476))
fn gelu_tanh(x: f32) -> f32 = 0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))

fn square(x: f32) -> f32 = x * x
fn sign(x: f32) -> f32 = if x > 0 then 1 else if x < 0 then -1 else 0
fn lerp(a: f32, b: f32, t: f32) -> f32 = a + (b - a) * t
fn hypot(a: f32, b: f32) -> f32 = sqrt(a * a + b * b)

fn dot(x: f32[D], y: f32[D]) -> f32 = sum(d) x[d] * y[d]

// Rotary positions, the halves form: element i of the first half turns with element i of the second by an angle whose
// cosine and sine are cs[0, i] and cs[1, i].
fn rope(x: f32[2*E], cs: f32[2, E]) -> f32[2*E] {
  rope[h*E + i] = x[h*E + i] * cs[0, i] + f32(2*h - 1) * x[(1 - h)*E + i] * cs[1, i]
}
`

// A detector as Netdata's documentation describes its own (learn.netdata.cloud, "ML Anomaly Detection", "ML Configuration"):
// per metric 18 models of k-means with k = 2, one trained every 3 hours on a random fifth of the last 6 hours (21,600 samples,
// one a second); six features, the lagged (5) smoothed (3) differences (1) of the samples; a sample is anomalous where its
// distance to the nearest centre, scaled by the least and largest of the training, is over 0.99 in all 18 models. Written
// from that description; the original is C++ with dlib and need not cost the same.
export const MODELS = 18
const FEATURES = 6
const SMOOTH = 3
const CENTRES = 2
/** Two centres, then the least and the largest distance of the training. */
const MODEL_NUMBERS = CENTRES * FEATURES + 2
const THRESHOLD = 0.99
export const TRAIN_EVERY = 10_800
const WINDOW = 21_600
const SAMPLED = 0.2
const MOST_ITERATIONS = 1_000

/** The detectors of many metrics, in typed arrays. */
export class KMeansDetectors {
  #models
  #recent
  #at = 0
  #series
  #vector = new Float64Array(FEATURES)

  constructor(series) {
    this.#series = series
    this.#models = new Float64Array(series * MODELS * MODEL_NUMBERS)
    this.#recent = new Float64Array(series * RECENT)
  }

  /** Octets per metric, without the window that training reads from the store. */
  get bytesPerSeries() {
    return 8 * (MODELS * MODEL_NUMBERS + RECENT)
  }

  /** One tick: a value per metric. How many are anomalous. */
  tick(values) {
    this.#at = (this.#at + 1) % RECENT
    let anomalous = 0
    for (let series = 0; series < this.#series; series++) {
      this.#recent[series * RECENT + this.#at] = values[series]
      this.#features(series)
      anomalous += this.#isAnomalous(series) ? 1 : 0
    }
    return anomalous
  }

  /** Trains one model of a metric from its window. */
  train(series, model, window) {
    const vectors = sampledVectors(window)
    const at = (series * MODELS + model) * MODEL_NUMBERS
    trainInto(this.#models.subarray(at, at + MODEL_NUMBERS), vectors)
  }

  #features(series) {
    const from = series * RECENT
    for (let lag = 0; lag < FEATURES; lag++) {
      let sum = 0
      for (let back = lag; back < lag + SMOOTH; back++) {
        const now = this.#recent[from + ((this.#at - back + 2 * RECENT) % RECENT)]
        sum += now - this.#recent[from + ((this.#at - back - 1 + 2 * RECENT) % RECENT)]
      }
      this.#vector[lag] = sum / SMOOTH
    }
  }

  /** The first model that finds the sample normal decides. */
  #isAnomalous(series) {
    for (let model = 0; model < MODELS; model++) {
      const at = (series * MODELS + model) * MODEL_NUMBERS
      let nearest = Number.POSITIVE_INFINITY
      for (let centre = 0; centre < CENTRES; centre++) {
        let square = 0
        for (let one = 0; one < FEATURES; one++) {
          const distance = this.#vector[one] - this.#models[at + centre * FEATURES + one]
          square += distance * distance
        }
        nearest = Math.min(nearest, square)
      }
      const [least, largest] = [this.#models[at + MODEL_NUMBERS - 2], this.#models[at + MODEL_NUMBERS - 1]]
      if ((Math.sqrt(nearest) - least) / (largest - least) <= THRESHOLD) return false
    }
    return true
  }
}

const RECENT = FEATURES + SMOOTH + 1

/** A window of one metric as training sees it. */
export function windowOf(random) {
  let level = random()
  return Float64Array.from({ length: WINDOW }, () => {
    level += (random() - 0.5) * 0.01
    return level + 0.1 * random()
  })
}

function sampledVectors(window) {
  const vectors = []
  let take = 0
  for (let at = FEATURES + SMOOTH; at < window.length; at++) {
    take += SAMPLED
    if (take < 1) continue
    take -= 1
    const vector = new Float64Array(FEATURES)
    for (let lag = 0; lag < FEATURES; lag++) vector[lag] = (window[at - lag] - window[at - lag - SMOOTH]) / SMOOTH
    vectors.push(vector)
  }
  return vectors
}

/** Lloyd's algorithm from two samples, until no centre moves. */
function trainInto(model, vectors) {
  model.set(vectors[0], 0)
  model.set(vectors[vectors.length >> 1], FEATURES)
  const sums = new Float64Array(CENTRES * FEATURES)
  const counts = new Float64Array(CENTRES)
  for (let turn = 0; turn < MOST_ITERATIONS; turn++) {
    sums.fill(0)
    counts.fill(0)
    for (const vector of vectors) {
      const nearest = nearestOf(model, vector).centre
      counts[nearest]++
      for (let one = 0; one < FEATURES; one++) sums[nearest * FEATURES + one] += vector[one]
    }
    let moved = 0
    for (let one = 0; one < sums.length; one++) {
      const mean = sums[one] / Math.max(1, counts[Math.floor(one / FEATURES)])
      moved = Math.max(moved, Math.abs(mean - model[one]))
      model[one] = mean
    }
    if (moved < 1e-9) break
  }
  const distances = vectors.map((vector) => Math.sqrt(nearestOf(model, vector).square))
  model[MODEL_NUMBERS - 2] = Math.min(...distances)
  model[MODEL_NUMBERS - 1] = Math.max(...distances)
}

function nearestOf(model, vector) {
  let found = { centre: 0, square: Number.POSITIVE_INFINITY }
  for (let centre = 0; centre < CENTRES; centre++) {
    let square = 0
    for (let one = 0; one < FEATURES; one++) square += (vector[one] - model[centre * FEATURES + one]) ** 2
    if (square < found.square) found = { centre, square }
  }
  return found
}

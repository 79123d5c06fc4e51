/**
 * Heights of a list's rows with their prefix sums (a Fenwick tree): a row's offset, the row at an offset and a changed
 * height each cost O(log n), whatever the number of rows.
 */
export class Heights {
  private tree: Float64Array = new Float64Array(1)
  private heights: Float64Array = new Float64Array(0)
  count = 0

  constructor(private readonly estimate: number) {}

  /** Forgets everything; all rows have the estimated height. */
  reset(count: number): void {
    this.count = 0
    this.heights = new Float64Array(Math.max(16, count))
    this.tree = new Float64Array(this.heights.length + 1)
    this.grow(count)
  }

  /** Adds rows of the estimated height at the end. */
  grow(count: number): void {
    if (count > this.heights.length) {
      const heights = new Float64Array(count * 2)
      heights.set(this.heights.subarray(0, this.count))
      this.heights = heights
    }
    this.heights.fill(this.estimate, this.count, count)
    this.count = count
    this.rebuild()
  }

  private rebuild(): void {
    const tree = new Float64Array(this.heights.length + 1)
    for (let i = 1; i <= this.count; i++) {
      tree[i] = (tree[i] ?? 0) + (this.heights[i - 1] ?? 0)
      const parent = i + (i & -i)
      if (parent <= this.count) {
        tree[parent] = (tree[parent] ?? 0) + (tree[i] ?? 0)
      }
    }
    this.tree = tree
  }

  height(row: number): number {
    return this.heights[row] ?? this.estimate
  }

  /** Sets a row's height and says by how much it changed. */
  set(row: number, height: number): number {
    const change = height - this.height(row)
    if (change !== 0) {
      this.heights[row] = height
      for (let i = row + 1; i <= this.count; i += i & -i) {
        this.tree[i] = (this.tree[i] ?? 0) + change
      }
    }
    return change
  }

  /** The offset of a row's top, which for `count` is the whole height. */
  offset(row: number): number {
    let sum = 0
    for (let i = Math.min(row, this.count); i > 0; i -= i & -i) {
      sum += this.tree[i] ?? 0
    }
    return sum
  }

  get total(): number {
    return this.offset(this.count)
  }

  /** The row that covers an offset. */
  rowAt(offset: number): number {
    let row = 0
    let rest = offset
    let step = 1
    while (step * 2 <= this.count) {
      step *= 2
    }
    for (; step > 0; step >>= 1) {
      const next = row + step
      if (next <= this.count && (this.tree[next] ?? 0) <= rest) {
        row = next
        rest -= this.tree[next] ?? 0
      }
    }
    return Math.max(0, Math.min(row, this.count - 1))
  }
}

/// The measuring stick itself: a small measurement of the built distribution has every figure and the right answers.
@NullMarked
package sigyn.bench;

import org.jspecify.annotations.NullMarked;

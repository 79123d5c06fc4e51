/// LogQL: parse, plan, run. Read [LogQl] for text and trees and [QueryEngine] for answers.
///
/// Knows `model` and storage's read port; does not know HTTP.
@NullMarked
package sigyn.logql;

import org.jspecify.annotations.NullMarked;

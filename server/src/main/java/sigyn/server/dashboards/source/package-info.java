/// Where the data comes from: requests to data sources, in process when the source is ourselves, else over the network.
/// Read [SourceProxy] first.
///
/// Nothing leaves the path of the data source's URL, no redirect is followed, and callers' own credentials stay here.
@NullMarked
package sigyn.server.dashboards.source;

import org.jspecify.annotations.NullMarked;

/// Grafana's provisioning files, read as they are and again whenever they change. Read [Provisioning] first.
///
/// One broken file or one conflict never holds up another. Nothing is written into the files' folders unless a
/// provider says `writeBack`. One thread polls; [Provisioning#refresh] may be called from any.
@NullMarked
package sigyn.server.dashboards.provision;

import org.jspecify.annotations.NullMarked;

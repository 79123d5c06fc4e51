package sigyn.server.dashboards.alert;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import sigyn.server.dashboards.wire.Refusal;

/// Where messages may go. An admin's contact points may reach the own network, those of editors only the world outside
/// and the hosts that the settings name; addresses that belong to one machine or cloud alone (link-local) only when
/// named.
public final class Targets {
    private final Set<String> allowed;

    /// @param allowed names of hosts that everybody's messages may go to
    public Targets(Set<String> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    /// The address, or a refusal that says why not.
    public URI checked(String url, boolean trusted) {
        URI uri;
        try {
            uri = URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("url is no address");
        }
        String host = uri.getHost();
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (host == null || !Set.of("http", "https").contains(scheme) || uri.getUserInfo() != null) {
            throw Refusal.badRequest("url must be an http or https address without a password in it");
        }
        if (allowed.contains(host.toLowerCase(Locale.ROOT))) {
            return uri;
        }
        try {
            for (var address : InetAddress.getAllByName(host.replaceAll("^\\[|]$", ""))) {
                if (address.isLinkLocalAddress() || address.isMulticastAddress() || !trusted && inside(address)) {
                    throw new Refusal(
                            403,
                            host
                                    + " is an address of the own network: an admin may save this contact point, or name the"
                                    + " host in GF_SIGYN_WEBHOOK_HOSTS");
                }
            }
        } catch (UnknownHostException e) {
            throw Refusal.badRequest("the host " + host + " is not known");
        }
        return uri;
    }

    private static boolean inside(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean unique = address instanceof Inet6Address && (bytes[0] & 0xfe) == 0xfc;
        boolean carrier = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        boolean zero = bytes.length == 4 && bytes[0] == 0;
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isSiteLocalAddress()
                || unique
                || carrier
                || zero;
    }
}

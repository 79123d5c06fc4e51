package sigyn.server.dashboards;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Params;
import tools.jackson.databind.node.ObjectNode;

/// An OpenID provider on a free port of the loopback: discovery, authorization code flow with PKCE, signed ID tokens,
/// keys and userinfo. Whoever comes is `user`; `spoil` may damage an ID token before it is signed.
final class OidcProvider implements AutoCloseable {
    static final String CLIENT = "sigyn client";
    static final String SECRET = "a+secret/with:signs";

    private record Grant(String redirect, String challenge, String nonce) {}

    private final HttpServer server;
    private final Map<String, Grant> codes = new ConcurrentHashMap<>();
    private final String redirect;
    private RsaJsonWebKey key = newKey();
    private RsaJsonWebKey signing = key;

    volatile ObjectNode user = Json.object();
    volatile boolean claimsInToken = true;
    volatile boolean consent = true;
    volatile String algorithm = "RS256";
    volatile Consumer<JwtClaims> spoil = claims -> {};

    private OidcProvider(HttpServer server, String redirect) {
        this.server = server;
        this.redirect = redirect;
    }

    static OidcProvider start(String redirect) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var provider = new OidcProvider(server, redirect);
        server.createContext("/", exchange -> {
            try (exchange) {
                provider.answer(exchange);
            }
        });
        server.start();
        return provider;
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/realm";
    }

    /// From now on tokens are signed with another key; the set of keys says so, or keeps the old one.
    void changeKey(boolean announced) {
        signing = newKey();
        if (announced) {
            key = signing;
        } else {
            signing.setKeyId(key.getKeyId());
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/realm/.well-known/openid-configuration" -> send(exchange, 200, discovery());
            case "/realm/authorize" -> authorize(exchange);
            case "/realm/token" -> token(exchange);
            case "/realm/userinfo" -> {
                boolean allowed = "Bearer access of the user".equals(header(exchange, "Authorization"));
                send(exchange, allowed ? 200 : 401, allowed ? user.toString() : "{}");
            }
            case "/realm/keys" -> send(exchange, 200, new JsonWebKeySet(key).toJson());
            default -> send(exchange, 404, "{}");
        }
    }

    private String discovery() {
        var json = Json.object();
        json.put("issuer", issuer());
        json.put("authorization_endpoint", issuer() + "/authorize");
        json.put("token_endpoint", issuer() + "/token");
        json.put("userinfo_endpoint", issuer() + "/userinfo");
        json.put("jwks_uri", issuer() + "/keys");
        json.putArray("response_types_supported").add("code");
        json.putArray("subject_types_supported").add("public");
        json.putArray("id_token_signing_alg_values_supported").add("RS256");
        return json.toString();
    }

    private void authorize(HttpExchange exchange) throws IOException {
        var asked = Params.parse(exchange.getRequestURI().getRawQuery());
        boolean right = CLIENT.equals(asked.first("client_id"))
                && redirect.equals(asked.first("redirect_uri"))
                && "code".equals(asked.first("response_type"))
                && "S256".equals(asked.first("code_challenge_method"))
                && (asked.first("scope") + " ").contains("openid ");
        if (!right) {
            send(exchange, 400, "{\"error\":\"invalid_request\"}");
            return;
        }
        String state = "state=" + asked.first("state");
        String code = UUID.randomUUID().toString();
        codes.put(code, new Grant(redirect, text(asked, "code_challenge"), text(asked, "nonce")));
        exchange.getResponseHeaders()
                .set("Location", redirect + (consent ? "?code=" + code : "?error=access_denied") + "&" + state);
        send(exchange, 302, "");
    }

    private void token(HttpExchange exchange) throws IOException {
        var form = Params.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String pair = java.net.URLEncoder.encode(CLIENT, StandardCharsets.UTF_8) + ":"
                + java.net.URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
        String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        if (!basic.equals(header(exchange, "Authorization"))) {
            send(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        var grant = codes.remove(text(form, "code"));
        if (grant == null
                || !text(form, "grant_type").equals("authorization_code")
                || !text(form, "redirect_uri").equals(grant.redirect())
                || !challenge(text(form, "code_verifier")).equals(grant.challenge())) {
            send(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        var answer = Json.object();
        answer.put("access_token", "access of the user");
        answer.put("token_type", "Bearer");
        answer.put("expires_in", 300);
        answer.put("id_token", idToken(grant.nonce()));
        send(exchange, 200, answer.toString());
    }

    private String idToken(String nonce) {
        try {
            var claims = claimsInToken ? JwtClaims.parse(user.toString()) : new JwtClaims();
            claims.setSubject(Json.text(user, "sub"));
            claims.setIssuer(issuer());
            claims.setAudience(CLIENT);
            claims.setIssuedAtToNow();
            claims.setExpirationTimeMinutesInTheFuture(5);
            claims.setStringClaim("nonce", nonce);
            spoil.accept(claims);
            var jws = new JsonWebSignature();
            jws.setPayload(claims.toJson());
            jws.setAlgorithmHeaderValue(algorithm);
            if (algorithm.equals("none")) {
                jws.setAlgorithmConstraints(org.jose4j.jwa.AlgorithmConstraints.NO_CONSTRAINTS);
            } else {
                jws.setKey(signing.getPrivateKey());
                jws.setKeyIdHeaderValue(signing.getKeyId());
            }
            return jws.getCompactSerialization();
        } catch (JoseException | org.jose4j.jwt.consumer.InvalidJwtException e) {
            throw new AssertionError(e);
        }
    }

    private static String challenge(String verifier) {
        try {
            var sha = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(sha);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static RsaJsonWebKey newKey() {
        try {
            var made = RsaJwkGenerator.generateJwk(2048);
            made.setKeyId(UUID.randomUUID().toString());
            return made;
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Params params, String name) {
        String value = params.first(name);
        return value == null ? "" : value;
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static void send(HttpExchange exchange, int status, String body) {
        try {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

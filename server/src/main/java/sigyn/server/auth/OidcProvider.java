package sigyn.server.auth;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The provider's side of a login with OpenID Connect: where to send people, and what a code is worth.
final class OidcProvider {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SKEW_SECONDS = 60;
    private static final JsonMapper JSON = JsonMapper.shared();

    /// What was found at the issuer.
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Discovered(
            @JsonProperty("issuer") @Nullable String issuer,

            @JsonProperty("authorization_endpoint") @Nullable
            String authorization,

            @JsonProperty("token_endpoint") @Nullable String token,
            @JsonProperty("userinfo_endpoint") @Nullable String userinfo,
            @JsonProperty("jwks_uri") @Nullable String keys) {}

    private record Endpoints(
            String authorization, String token, @Nullable String userinfo, HttpsJwks keys) {}

    private final OidcConfig config;
    private final Clock clock;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private volatile @Nullable Endpoints endpoints;

    OidcProvider(OidcConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /// The provider could not be asked, or what it said cannot be trusted.
    static final class UntrustedException extends Exception {
        UntrustedException(String message) {
            super(message);
        }

        UntrustedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    String authorizationUrl(String state, String nonce, String challenge)
            throws UntrustedException, InterruptedException {
        String url = endpoints().authorization();
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("response_type", "code");
        parameters.put("client_id", config.clientId());
        parameters.put("redirect_uri", config.redirect().toString());
        parameters.put("scope", config.scopes());
        parameters.put("state", state);
        parameters.put("nonce", nonce);
        parameters.put("code_challenge", challenge);
        parameters.put("code_challenge_method", "S256");
        return url + (url.contains("?") ? "&" : "?") + form(parameters);
    }

    /// Who the code stands for: the claims of the ID token, completed by what the provider says of its user.
    JsonNode redeem(String code, String verifier, String nonce) throws UntrustedException, InterruptedException {
        var at = endpoints();
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("grant_type", "authorization_code");
        parameters.put("code", code);
        parameters.put("redirect_uri", config.redirect().toString());
        parameters.put("code_verifier", verifier);
        parameters.put("client_id", config.clientId());
        var request = HttpRequest.newBuilder(URI.create(at.token()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(parameters)));
        if (!config.clientSecret().isEmpty()) {
            String pair = encoded(config.clientId()) + ":" + encoded(config.clientSecret());
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        var tokens = ask(request, "token endpoint");
        var claims = verified(tokens.path("id_token").asString(""), nonce, at.keys());
        var all = JSON.valueToTree(claims.getClaimsMap());
        String access = tokens.path("access_token").asString("");
        boolean nameless = !all.has("preferred_username") && !all.has("email");
        if (!nameless || at.userinfo() == null || access.isEmpty()) {
            return all;
        }
        var more = ask(
                HttpRequest.newBuilder(URI.create(at.userinfo())).header("Authorization", "Bearer " + access),
                "userinfo");
        if (!more.path("sub").asString("").equals(all.path("sub").asString(""))) {
            throw new UntrustedException("userinfo speaks of another subject than the ID token");
        }
        return JSON.createObjectNode()
                .setAll((tools.jackson.databind.node.ObjectNode) more)
                .setAll((tools.jackson.databind.node.ObjectNode) all);
    }

    private JwtClaims verified(String idToken, String nonce, HttpsJwks keys) throws UntrustedException {
        var consumer = new JwtConsumerBuilder()
                .setVerificationKeyResolver(new HttpsJwksVerificationKeyResolver(keys))
                .setJwsAlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT,
                        AlgorithmIdentifiers.RSA_USING_SHA256,
                        AlgorithmIdentifiers.RSA_USING_SHA384,
                        AlgorithmIdentifiers.RSA_USING_SHA512,
                        AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
                        AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
                        AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384)
                .setExpectedIssuer(config.issuer().toString())
                .setExpectedAudience(config.clientId())
                .setRequireSubject()
                .setRequireIssuedAt()
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(SKEW_SECONDS)
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                .build();
        try {
            var claims = consumer.processToClaims(idToken);
            if (!nonce.equals(claims.getClaimValueAsString("nonce"))) {
                throw new UntrustedException("the ID token was made for another login");
            }
            if (claims.getAudience().size() > 1 && !config.clientId().equals(claims.getClaimValueAsString("azp"))) {
                throw new UntrustedException("the ID token was made for another client");
            }
            return claims;
        } catch (InvalidJwtException | MalformedClaimException e) {
            throw new UntrustedException("ID token: " + e.getMessage(), e);
        }
    }

    private Endpoints endpoints() throws UntrustedException, InterruptedException {
        var known = endpoints;
        if (known != null) {
            return known;
        }
        String issuer = config.issuer().toString();
        String place = issuer.replaceAll("/+$", "") + "/.well-known/openid-configuration";
        Discovered found;
        try {
            found = JSON.treeToValue(ask(HttpRequest.newBuilder(URI.create(place)), place), Discovered.class);
        } catch (JacksonException e) {
            throw new UntrustedException(place + ": " + e.getMessage(), e);
        }
        if (!issuer.equals(found.issuer())) {
            throw new UntrustedException(place + " speaks for issuer " + found.issuer() + ", expected " + issuer);
        }
        if (found.authorization() == null || found.token() == null || found.keys() == null) {
            throw new UntrustedException(place + " lacks authorization_endpoint, token_endpoint or jwks_uri");
        }
        var keys = new HttpsJwks(found.keys());
        // only the provider's own answers are verified: a key that is not known is asked for at once
        keys.setRefreshReprieveThreshold(0);
        var made = new Endpoints(found.authorization(), found.token(), found.userinfo(), keys);
        endpoints = made;
        return made;
    }

    private JsonNode ask(HttpRequest.Builder request, String where) throws UntrustedException, InterruptedException {
        try {
            var response = client.send(
                    request.timeout(PATIENCE)
                            .header("Accept", "application/json")
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new UntrustedException(where + " answered " + response.statusCode());
            }
            var json = JSON.readTree(response.body());
            if (!json.isObject()) {
                throw new UntrustedException(where + " answered no JSON object");
            }
            return json;
        } catch (IOException | JacksonException e) {
            throw new UntrustedException(where + ": " + e.getMessage(), e);
        }
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(p -> encoded(p.getKey()) + "=" + encoded(p.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

package sigyn.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;

class JmesPathTest {
    private static final String CLAIMS = """
            {"groups": ["dev", "ops"], "role": "editor", "email": "ann@corp.example", "n": 3, "none": null, "no": [],
             "realm_access": {"roles": ["offline", "editor"]}, "https://corp/roles": ["admin"],
             "orgs": [{"name": "a", "role": "Admin"}, {"name": "b", "role": "Viewer"}, {"name": "c"}], "deep": [[1], [2, 3]]}""";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '#',
            value = {
                "contains(groups[*], 'ops') && 'Admin' || contains(groups[*], 'dev') && 'Editor' || 'Viewer' ; 'Admin'",
                "contains(groups, 'admins') && 'Admin' || contains(groups[*], 'dev') && 'Editor' || 'Viewer' ; 'Editor'",
                "contains(absent[*], 'ops') && 'Admin' || 'Viewer' ; 'Viewer'",
                "realm_access.roles ; ['offline','editor']",
                "realm_access.roles[1] ; 'editor'",
                "realm_access.roles[-1] ; 'editor'",
                "\"https://corp/roles\"[0] ; 'admin'",
                "orgs[?name == 'a'].role | [0] ; 'Admin'",
                "orgs[?name == 'z'].role | [0] ; null",
                "orgs[*].role ; ['Admin','Viewer']",
                "deep[] ; [1,2,3]",
                "role == 'editor' && 'Editor' || 'Viewer' ; 'Editor'",
                "n >= `3` && !(role != 'editor') ; true",
                "ends_with(email, '@corp.example') && 'Editor' ; 'Editor'",
                "length(groups) ; 2",
                "join('-', groups) ; 'dev-ops'",
                "not_null(none, absent, role) ; 'editor'",
                "no || none || `\"x\"` ; 'x'",
                "@.role ; 'editor'",
                "'it\\'s' ; #'it's'#",
                "role.deeper.still ; null",
            })
    void saysOfTheClaims(String expression, String expected) throws Exception {
        var json = new ObjectMapper();
        String said =
                JmesPath.parse(expression.strip()).of(json.readTree(CLAIMS)).toString();
        assertThat(said.replace('"', '\'')).isEqualTo(expected.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a.", "a[", "a[x]", "contains(a)", "sort(a)", "'open", "a ||", "(a", "a b", "`{`", "a[?b"})
    void saysWhereItIsWrong(String expression) {
        assertThatThrownBy(() -> JmesPath.parse(expression))
                .isInstanceOf(JmesPath.SyntaxException.class)
                .hasMessageStartingWith("at character");
    }
}

package sigyn.logql.parse;

import java.util.List;
import sigyn.logql.ast.Span;
import sigyn.model.SigynException;

/// The tokens of a query and the place the parser has come to.
final class Tokens {
    private final String text;
    private final List<Token> tokens;
    private int at;

    Tokens(String text) {
        this.text = text;
        this.tokens = Lexer.tokens(text);
    }

    Token peek() {
        var token = tokens.get(at);
        if (token.kind() == TokenKind.ERROR) {
            throw SigynException.badRequest(token.text());
        }
        return token;
    }

    TokenKind kind() {
        return peek().kind();
    }

    /// The kind of a token further on.
    TokenKind kind(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1)).kind();
    }

    boolean is(TokenKind kind) {
        return kind() == kind;
    }

    Token next() {
        var token = peek();
        advance();
        return token;
    }

    void advance() {
        if (at < tokens.size() - 1) {
            at++;
        }
    }

    /// Takes the next token if it is of this kind.
    boolean take(TokenKind kind) {
        if (kind() != kind) {
            return false;
        }
        advance();
        return true;
    }

    Token expect(TokenKind kind) {
        if (kind() != kind) {
            throw unexpected(kind.text());
        }
        return next();
    }

    void end() {
        if (kind() == TokenKind.PIPE && kind(1) == TokenKind.UNWRAP) {
            advance();
        }
        if (kind() != TokenKind.END) {
            throw unexpected();
        }
    }

    /// From the start of a token to the end of the last one taken.
    Span since(Token first) {
        return new Span(
                first.span().start(), tokens.get(Math.max(at - 1, 0)).span().end());
    }

    /// A refusal of the next token, naming what could have stood there.
    SigynException unexpected(String... expected) {
        return unexpected(peek(), expected);
    }

    SigynException unexpected(Token token, String... expected) {
        String message = "syntax error: unexpected " + token.name();
        if (expected.length > 0) {
            message += ", expecting " + String.join(" or ", expected);
        }
        return text.isEmpty()
                ? ParseErrors.of(message)
                : ParseErrors.at(text, token.span().start(), token.hasNoLine(), message);
    }
}

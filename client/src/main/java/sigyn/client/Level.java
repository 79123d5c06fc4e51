package sigyn.client;

/// The four levels that become the label `level`, in rising order. A framework's finer levels fold into them:
/// trace is `DEBUG`, fatal is `ERROR`.
public enum Level {
    DEBUG,
    INFO,
    WARNING,
    ERROR;

    static final int COUNT = values().length;
}

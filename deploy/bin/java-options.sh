# Sourced with home set to the distribution folder: sets java_options and class_path, the same for every start, because
# the start-up cache is only used with the flags and the class path it was trained with.
class_path=$(printf '%s:' "$home"/lib/*.jar)
class_path=${class_path%:}
java_options=(
    --enable-native-access=ALL-UNNAMED
    --sun-misc-unsafe-memory-access=allow
    -XX:+UseG1GC
    # smaller regions make every array of half a megabyte a humongous one, and a small heap stalls on those
    -XX:G1HeapRegionSize=4m
    # a heap that begins small, is widened only where half of the time goes into collecting or next to nothing of it is
    # free, gives back what is free beyond a quarter, and whose young part stays small: one that may have 2 GB takes half
    # of it instead of all under a load of very many streams, one of 512 MB some 320, and pauses are no longer together;
    # of large pages, what a heap is widened by is memory taken, needed or not
    -XX:GCTimeRatio=1
    -XX:InitialRAMPercentage=0.8
    -XX:MinHeapFreeRatio=2
    -XX:MaxHeapFreeRatio=24
    # shorter pauses, and marking that begins where it must instead of going on all the time: with a small heap that
    # many heavy queries fill it runs a quarter as often, and others' queries wait for less of it
    -XX:MaxGCPauseMillis=30
    -XX:InitiatingHeapOccupancyPercent=70
    -XX:-G1UseAdaptiveIHOP
    -XX:+UnlockExperimentalVMOptions
    -XX:G1MaxNewSizePercent=20
    # what lines are kept in has no references: there is next to nothing to refine, and a thread that looks for it
    -XX:G1ConcRefinementThreads=0
    -XX:+UseCompactObjectHeaders
    # smaller methods to compile: a quarter to a half of the compilers' time in the first gigabyte, nothing lost after it
    -XX:InlineSmallCode=1500
    -XX:FreqInlineSize=150
    -XX:LoopUnrollLimit=20
    # the second compiler takes what is run sixteen times as often as it asks for by itself: the loops that all lines go
    # through are there soon enough, and hundreds of methods that cost more to compile than they save are left to the first
    -XX:Tier4InvocationThreshold=80000
    -XX:Tier4MinInvocationThreshold=9600
    -XX:Tier4CompileThreshold=240000
    -XX:Tier4BackEdgeThreshold=640000
    # loops over what fits a row group end soon enough without being asked every thousandth time to pause: 2 to 3 % of CPU
    # while pushing; the longest wait for a thread to pause was 21 ms instead of 12
    -XX:-UseCountedLoopSafepoints
    -XX:LoopStripMiningIter=0
    # gives back what native code does not use any more, mostly the compilers: 15 to 40 MB
    -XX:TrimNativeHeapInterval=3000
    -XX:+ExitOnOutOfMemoryError
    -Dfile.encoding=UTF-8
    # what Jetty would otherwise ask the management beans for, which takes a cold JVM 0.1 s
    -Dorg.eclipse.jetty.util.referencesPerCacheLine=16
)
# large pages: sealing reads more memory than the processor knows the pages of. The virtual machine would complain at each
# start where the system has none
if grep -qsE '\[(always|madvise)\]' /sys/kernel/mm/transparent_hugepage/enabled; then
    java_options+=(-XX:+UseTransparentHugePages)
fi
if [ -e "$home/lib/sigyn.aot" ]; then
    java_options+=(-XX:AOTCache="$home/lib/sigyn.aot" -Xlog:aot=off -Xlog:cds=off)
fi

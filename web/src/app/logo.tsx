export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#3f4ac4" />
      <path d="M6 15h20a10 10 0 0 1-20 0Z" fill="#fff" />
      <path d="M16 4.500c2.200 3 3.300 4.700 3.300 6.100a3.300 3.300 0 0 1-6.600 0c0-1.400 1.100-3.100 3.300-6.100Z" fill="#a9f0c8" />
    </svg>
  )
}

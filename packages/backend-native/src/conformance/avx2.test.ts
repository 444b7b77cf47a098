process.env['RESNET_ISA'] = 'avx2';
await import('../index.js');
const { conformanceSuite } = await import('../__fixtures__/conformance-suite.js');

conformanceSuite('avx2');

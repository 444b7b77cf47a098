process.env['RESNET_ISA'] = 'baseline';
await import('../index.js');
const { conformanceSuite } = await import('../__fixtures__/conformance-suite.js');

conformanceSuite('baseline');
